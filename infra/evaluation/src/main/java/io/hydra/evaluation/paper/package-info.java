/**
 * The paper's own form, kept to be measured beside ours: a shared base and a fresh head per user.
 */
package io.hydra.evaluation.paper;
