package io.hydra.trainer.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.redis.CorruptValueException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;

class EvidenceCodecTest {
  static final Exposure EXPOSURE =
      Exposure.newBuilder()
          .setQueryId("q1")
          .setTenant("acme")
          .setUserId("ann")
          .setTask("LaMP_3")
          .setAskedAt(Instant.ofEpochMilli(1_699_999_999_000L))
          .setShownAt(Instant.ofEpochMilli(1_700_000_000_000L))
          .setInput("fine strings")
          .setShown(1)
          .setCandidates(
              List.of(
                  new ShownCandidate("4", 0.625, 5, null), new ShownCandidate("1", 0.375, 3, 0.5f)))
          .setItems(List.of("e1", "e2"))
          .setUnadapted(0)
          .setHistoryVersion(7)
          .setBaseVersion("b1")
          .setHeadVersion(6)
          .build();
  static final GivenVerdict VERDICT =
      new GivenVerdict(
          "v1",
          Instant.ofEpochMilli(1_700_000_060_000L),
          new Feedback("q1", Verdict.EDITED, null, "5", null));

  /** As version 1 wrote it, without the words to expect. */
  private static final String FIRST =
      "010c4c614d505f33020471310861636d6506616e6e0c4c614d505f33b090abfef96280a0abfef962"
          + "1866696e6520737472696e677302040234000000000000e43f0a0231000000000000d83f06000404653104653200000e0462"
          + "310c02047631c0c9b2fef962047131080002023500";

  /** The same of version 2, which knew something else in place of the words to expect. */
  private static final String SECOND =
      "020c4c614d505f33020471310861636d6506616e6e0c4c614d505f33b090abfef96280a0abfef962"
          + "1866696e6520737472696e677302040234000000000000e43f0a000231000000000000d83f06020000003f"
          + "000404653104653200000e0462310c02047631c0c9b2fef962047131080002023500";

  /** The same as version 3 wrote it. */
  private static final String RELEASED = "03" + SECOND.substring(2);

  private final EvidenceCodec codec = new EvidenceCodec();

  @Test
  void whatIsReadIsWhatWasWritten() {
    for (Evidence evidence :
        List.of(
            new Evidence("LaMP_3", EXPOSURE, VERDICT),
            new Evidence("", EXPOSURE, null),
            new Evidence("LaMP_3", null, VERDICT))) {
      assertThat(codec.decode(codec.encode(evidence))).isEqualTo(evidence);
    }
  }

  @Test
  void yesterdaysBytesAreRead() {
    Evidence read = codec.decode(HexFormat.of().parseHex(RELEASED));
    assertThat(read).isEqualTo(new Evidence("LaMP_3", EXPOSURE, VERDICT));
    Evidence first = codec.decode(HexFormat.of().parseHex(FIRST));
    // What the program before can hold it can read.
    assertThat(HexFormat.of().formatHex(codec.encode(first))).isEqualTo(FIRST);
    assertThat(codec.decode(HexFormat.of().parseHex(SECOND))).isEqualTo(first);
    first.exposure().getCandidates().get(1).setExpectedWords(0.5f);
    assertThat(first).isEqualTo(read);
    // A digest of heads is made of these bytes, so they stay the same within a version.
    assertThat(HexFormat.of().formatHex(codec.encode(read))).isEqualTo(RELEASED);
  }

  /** If this fails, a contract's record has changed: write by a new version's schema. */
  @Test
  void theSchemaOfTheLatestVersionIsTheContracts() {
    assertThat(SchemaNormalization.toParsingForm(EvidenceCodec.schema(EvidenceCodec.VERSION)))
        .isEqualTo(SchemaNormalization.toParsingForm(EvidenceCodec.current()));
  }

  @Test
  void everyVersionCanBeReadByTheContractsRecords() {
    for (byte version = 1; version <= EvidenceCodec.VERSION; version++) {
      Schema written = EvidenceCodec.schema(version);
      assertThat(
              SchemaCompatibility.checkReaderWriterCompatibility(EvidenceCodec.current(), written)
                  .getType())
          .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }
  }

  @Test
  void theMomentOfAnErasureKeepsItsBytes() {
    Instant moment = Instant.ofEpochMilli(1_700_000_000_000L);
    byte[] bytes = EvidenceCodec.encodeMoment(moment);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("010000018bcfe56800");
    assertThat(EvidenceCodec.decodeMoment(bytes)).isEqualTo(moment);
    assertThatThrownBy(() -> EvidenceCodec.decodeMoment(new byte[] {1, 2}))
        .isInstanceOf(CorruptValueException.class);
  }

  @Test
  void damagedBytesAreNamed() {
    byte[] good = codec.encode(new Evidence("LaMP_3", EXPOSURE, VERDICT));
    for (byte[] bad : List.of(new byte[0], new byte[] {9}, Arrays.copyOf(good, good.length / 2))) {
      assertThatThrownBy(() -> codec.decode(bad)).isInstanceOf(CorruptValueException.class);
    }
  }
}
