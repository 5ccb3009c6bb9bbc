package io.hydra.datasets.lamp;

import io.hydra.schemas.redis.HistoryItem;
import java.util.List;

/**
 * One user of a LaMP file: their past and one question.
 *
 * @param profile oldest first, times strictly increasing
 * @param question the text to be answered, without LaMP's instruction
 * @param gold the user's own answer; null where only profiles were read
 */
public record LampUser(String id, List<HistoryItem> profile, String question, String gold) {
  public LampUser {
    profile = List.copyOf(profile);
  }
}
