/** The methods that are compared, and how each makes its answer. */
package io.hydra.evaluation.method;
