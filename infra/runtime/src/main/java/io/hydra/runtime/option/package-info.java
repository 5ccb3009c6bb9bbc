/** Options that several programs share: one wording, one environment variable, one default each. */
package io.hydra.runtime.option;
