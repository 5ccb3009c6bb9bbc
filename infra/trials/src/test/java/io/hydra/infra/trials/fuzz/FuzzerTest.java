package io.hydra.infra.trials.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.trials.fuzz.Fuzzer.Entry;
import io.hydra.infra.trials.fuzz.Fuzzer.Findings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FuzzerTest {
  private static final List<byte[]> SEEDS = List.of(new byte[] {1, 2, 3}, new byte[64]);

  private final AtomicLong nanos = new AtomicLong();
  private final Fuzzer fuzzer = new Fuzzer(3, nanos::get);

  private static Entry entry(Entry.Target target) {
    return new Entry("entry", SEEDS, target, Set.of(IllegalArgumentException.class));
  }

  @Test
  void theSameSeedAndIndexGiveTheSameMutantAndOthersDiffer() {
    Mutator mutator = new Mutator(3, SEEDS);
    assertThat(mutator.mutant(5)).isEqualTo(new Mutator(3, SEEDS).mutant(5));
    Set<String> different = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      different.add(java.util.Arrays.toString(mutator.mutant(i)));
    }
    assertThat(different).hasSizeGreaterThan(500);
  }

  @Test
  void rejectionsAreCountedByClass() {
    Findings findings =
        fuzzer.run(
            entry(
                input -> {
                  throw new NumberFormatException("no number");
                }),
            0,
            10);
    assertThat(findings.rejections()).containsEntry("NumberFormatException", 10L);
    assertThat(findings.crashes()).isEmpty();
  }

  @Test
  void whatElseIsThrownIsACrashWithItsIndexErrorsIncluded() {
    Findings findings =
        fuzzer.run(
            entry(
                input -> {
                  throw new StackOverflowError();
                }),
            40,
            1);
    assertThat(findings.crashes()).extracting(Findings.Crash::index).containsExactly(40L);
    assertThat(findings.accepted()).isZero();
  }

  @Test
  void aCrashCanBeRunAgainByItsIndex() {
    Entry odd =
        entry(
            input -> {
              if (input.length % 7 == 3) {
                throw new IllegalStateException();
              }
            });
    long index = fuzzer.run(odd, 0, 1_000).crashes().get(0).index();
    assertThat(fuzzer.run(odd, index, 1).crashes()).hasSize(1);
  }

  @Test
  void whatTakesMoreThanFiveSecondsOfTheProcessorIsACrash() {
    Findings findings =
        fuzzer.run(entry(input -> nanos.addAndGet(Duration.ofMillis(5_001).toNanos())), 0, 1);
    assertThat(findings.crashes()).extracting(Findings.Crash::what).containsExactly("took 5001 ms");
    assertThat(findings.worstMillis()).isEqualTo(5_001);
  }
}
