package io.hydra.model;

import io.hydra.schemas.redis.HistoryItem;

/** A history item with its usefulness for one query: a share of belief, 0 to 1. */
public record RankedItem(HistoryItem item, double score) {}
