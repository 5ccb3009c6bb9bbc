/** How good answers are, and how certain a difference between two methods is. */
package io.hydra.evaluation.metric;
