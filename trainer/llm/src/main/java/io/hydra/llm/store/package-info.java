/** Values kept on disk under a key, in a file that only grows. */
package io.hydra.llm.store;
