/** The pipeline from a decoded query to its one terminal response. */
package io.hydra.serving.answer;
