/**
 * Limits of what tenants may ask of the LLM, and accounts of what they have spent.
 *
 * <p>Implementation note: budgets. Nothing is counted beside the responses' topics. Every instance
 * of serving reads all of them from the beginning of the day, and adds up what they say, each
 * response once however often it was sent: {@code spent} of a window is the sum over the distinct
 * responses answered in it, whoever died meanwhile. What is under way is not in a topic yet, so it
 * is reserved: at the most that it can cost before the LLM is asked, at what it did cost from the
 * LLM's reply until the response is read back. An instance reserves its own requests alone. So one
 * instance never spends more than a budget; several may go beyond it, by what they are asking for
 * at the same moment, and a process that died by what it had recorded and not sent.
 */
package io.hydra.serving.policy;
