/** Calls of a black-box LLM for training and evaluation: bounded, repeated, kept on disk. */
package io.hydra.trainer.llm;
