package io.hydra.evaluation.streaming;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A user in time order, who may turn into somebody else.
 *
 * @param id of the user
 * @param items in the order in which they are lived
 * @param shift index of the first item of the new behaviour; {@code items.size()} if there is none
 */
public record ShiftedUser(String id, List<HistoryItem> items, int shift) {
  /** With fewer items on a side there is nothing to forget or to relearn. */
  private static final int FEWEST = 8;

  public ShiftedUser {
    items = List.copyOf(items);
  }

  public boolean isShifted() {
    return shift < items.size();
  }

  /**
   * Half of the users that are long enough exchange the second half of their items with another of
   * them; the others stay as they are.
   */
  public static List<ShiftedUser> of(List<LampUser> users, long seed) {
    List<LampUser> longEnough =
        new ArrayList<>(users.stream().filter(u -> u.profile().size() >= 2 * FEWEST).toList());
    Collections.shuffle(longEnough, new Random(seed));
    List<ShiftedUser> shifted = new ArrayList<>();
    int exchanged = longEnough.size() / 4 * 2;
    for (int i = 0; i < exchanged; i += 2) {
      LampUser a = longEnough.get(i);
      LampUser b = longEnough.get(i + 1);
      shifted.add(exchange(a, b));
      shifted.add(exchange(b, a));
    }
    List<LampUser> stay = new ArrayList<>(users);
    stay.removeAll(longEnough.subList(0, exchanged));
    stay.forEach(u -> shifted.add(new ShiftedUser(u.id(), u.profile(), u.profile().size())));
    return shifted;
  }

  private static ShiftedUser exchange(LampUser user, LampUser other) {
    int half = user.profile().size() / 2;
    int otherHalf = other.profile().size() / 2;
    List<HistoryItem> items = new ArrayList<>(user.profile().subList(0, half));
    items.addAll(other.profile().subList(otherHalf, other.profile().size()));
    return new ShiftedUser(user.id(), items, half);
  }
}
