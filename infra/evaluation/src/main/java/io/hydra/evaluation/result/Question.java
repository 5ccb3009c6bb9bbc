package io.hydra.evaluation.result;

/**
 * One question that every method was asked.
 *
 * @param id unique in its task
 * @param user whose question it is: what the bootstrap resamples
 * @param seen how many of the user's items came before
 * @param gold the user's own answer
 */
public record Question(String id, String user, int seen, String gold) {}
