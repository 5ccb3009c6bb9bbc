/** Quality while users are learned, and after their behaviour has changed. */
package io.hydra.evaluation.streaming;
