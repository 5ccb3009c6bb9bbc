/** The run: who is asked what, in which order, and what is learnt in between. */
package io.hydra.evaluation.run;
