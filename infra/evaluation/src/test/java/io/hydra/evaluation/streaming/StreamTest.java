package io.hydra.evaluation.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.streaming.Stream.Variant;
import io.hydra.evaluation.streaming.StreamedUser.Answered;
import io.hydra.evaluation.streaming.StreamedUser.ShiftedUser;
import io.hydra.evaluation.streaming.Turns.FalseAlarms;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();

  @TempDir private Path folder;

  private static LampUser user(String id, int items) {
    List<HistoryItem> profile = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      profile.add(new HistoryItem(id + i, i + 1, "in", "3"));
    }
    return new LampUser(id, profile, "q", "3");
  }

  @Test
  void halfOfTheLongEnoughUsersLiveAnothersSecondHalf() {
    List<LampUser> users = new ArrayList<>();
    for (int u = 0; u < 8; u++) {
      users.add(user("u" + u + "-", 20));
    }
    users.add(user("short-", 5));
    List<ShiftedUser> shifted = ShiftedUser.of(users, 1);
    assertThat(shifted).hasSize(9);
    List<ShiftedUser> changed = shifted.stream().filter(ShiftedUser::isShifted).toList();
    assertThat(changed).hasSize(4);
    for (ShiftedUser one : changed) {
      assertThat(one.items()).hasSize(20);
      assertThat(one.items().subList(0, one.shift()))
          .allMatch(i -> i.eventId().startsWith(one.id()));
      assertThat(one.items().subList(one.shift(), 20))
          .noneMatch(i -> i.eventId().startsWith(one.id()));
    }
    assertThat(ShiftedUser.of(users, 1)).isEqualTo(shifted);
  }

  private static Answered said(String rest, String hydra, boolean tellsOfShift) {
    Map<Variant, String> said = new EnumMap<>(Variant.class);
    for (Variant variant : Variant.values()) {
      said.put(variant, variant == Variant.HYDRA ? hydra : rest);
    }
    return new Answered(said, tellsOfShift, !rest.equals(hydra));
  }

  /** Hydra is off by two for five items after the shift, then right; the others are off by one. */
  private static Stream stream() {
    Stream stream = new Stream(STARS);
    for (int u = 0; u < 12; u++) {
      for (int i = 0; i < 10; i++) {
        Question before = new Question("b" + u + "/" + i, "u" + u, i, "3");
        // The first two users are told of in vain, and for two responses: that is one alarm each.
        stream.add(before, -1, said("4", "3", u < 2 && (i == 5 || i == 6)));
      }
      for (int i = 0; i < 10; i++) {
        Question after = new Question("a" + u + "/" + i, "u" + u, 10 + i, "3");
        stream.add(after, i, said("4", i < 5 ? "5" : "3", u < 3 && i >= 4));
      }
    }
    return stream;
  }

  @Test
  void anAlarmBeforeTheShiftIsFalseAndOneHoweverLongItIsTold() throws IOException {
    assertThat(stream().falseAlarms()).isEqualTo(new FalseAlarms(132, 2));
    assertThat(StreamingReport.write(stream(), folder)).contains("every item asked", "7.58 [");
  }

  @Test
  void theReportSaysFromWhenOnHydraIsNotBehind() throws IOException {
    String markdown = StreamingReport.write(stream(), folder);
    assertThat(markdown)
        .contains("240 items, 12 users with a shift")
        .containsPattern("\\| 0-4 +\\| +60 \\|")
        .contains("+1.000 [+1.000, +1.000]")
        // Off by one where hydra is right costs 2, where it is off by two 4 less.
        .containsPattern("\\| before +\\| +120 \\| +1.00 \\| \\+2.0000 \\[")
        .containsPattern("\\| 0-4 +\\| +60 \\| +1.00 \\| -4.0000 \\[")
        .contains("hydra 5-9");
    assertThat(Files.readString(folder.resolve("streaming.json")))
        .contains("\"hydra\" : \"5-9\"")
        .contains("\"metric\" : \"mae\"");
    assertThat(Files.readString(folder.resolve("streaming.html")))
        .contains("Quality against items seen", "Quality after the shift", "hydra-frozen")
        .contains("Gain over rag after the shift", "Told of a turn in vain");
  }
}
