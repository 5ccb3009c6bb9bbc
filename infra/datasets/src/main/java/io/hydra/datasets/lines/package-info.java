/** Events as JSON lines: one reader for whoever takes such files. */
package io.hydra.datasets.lines;
