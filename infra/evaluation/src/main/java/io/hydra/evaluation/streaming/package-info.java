/** Quality while users are learnt, and after their behaviour has changed. */
package io.hydra.evaluation.streaming;
