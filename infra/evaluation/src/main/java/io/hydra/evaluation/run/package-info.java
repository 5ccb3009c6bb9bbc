/** The run: who is asked what, in which order, and what is learned in between. */
package io.hydra.evaluation.run;
