/** Values kept on disk under a key, in a file that only grows. */
package io.hydra.trainer.llm.store;
