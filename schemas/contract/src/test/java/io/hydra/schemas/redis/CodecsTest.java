package io.hydra.schemas.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes below are what each version writes: they must be readable for ever. */
class CodecsTest {
  private static final String ITEM_V1 = "01" + "0000000000000005" + "00000002" + "6869" + "796f";
  private static final String HEADS_V1 =
      "01"
          + "0000000000000007"
          + "00000003"
          + "3f800000"
          + "01"
          + "0002"
          + "41200000"
          + "40000000"
          + "3f000000"
          + "bf000000";
  private static final String HEADS_V2 =
      "02"
          + HEADS_V1.substring(2)
          + "00000003"
          + "3f800000"
          + "01"
          + "0001"
          + "41200000"
          + "40000000"
          + "3e800000";
  private static final String HEADS_V3 =
      "03" + HEADS_V2.substring(2, 18) + "00000002" + HEADS_V2.substring(18);

  private static final String HEADS_V4 =
      "04" + HEADS_V3.substring(2, 80) + "03" + HEADS_V3.substring(80) + "00";

  @Test
  void historyItemKeepsItsBytes() {
    HistoryItem item = new HistoryItem("e1", 5, "hi", "yo");
    assertThat(HexFormat.of().formatHex(HistoryItemCodec.encode(item))).isEqualTo(ITEM_V1);
    assertThat(HistoryItemCodec.decode("e1", HexFormat.of().parseHex(ITEM_V1))).isEqualTo(item);
  }

  @Test
  void headsKeepTheirBytes() {
    Heads.Mixture own = mixture(0.5f, -0.5f);
    Heads.Mixture fallingBack =
        new Heads.Mixture(own.examples(), own.populationLoss(), own.members(), true, true);
    Heads heads = new Heads(7, 2, fallingBack, mixture(0.25f));
    assertThat(HexFormat.of().formatHex(HeadsCodec.encode(heads))).isEqualTo(HEADS_V4);
    Heads read = HeadsCodec.decode(HexFormat.of().parseHex(HEADS_V4));
    assertThat(read).usingRecursiveComparison().isEqualTo(heads);
  }

  @Test
  void headsOfVersionThreeNeitherFallBackNorHaveShifted() {
    Heads read = HeadsCodec.decode(HexFormat.of().parseHex(HEADS_V3));
    assertThat(read)
        .usingRecursiveComparison()
        .isEqualTo(new Heads(7, 2, mixture(0.5f, -0.5f), mixture(0.25f)));
  }

  @Test
  void headsOfVersionTwoHaveNoVerdicts() {
    Heads read = HeadsCodec.decode(HexFormat.of().parseHex(HEADS_V2));
    assertThat(read)
        .usingRecursiveComparison()
        .isEqualTo(new Heads(7, 0, mixture(0.5f, -0.5f), mixture(0.25f)));
  }

  @Test
  void headsOfVersionOneHaveAnAdapterAlone() {
    Heads read = HeadsCodec.decode(HexFormat.of().parseHex(HEADS_V1));
    assertThat(read)
        .usingRecursiveComparison()
        .isEqualTo(new Heads(7, 0, mixture(0.5f, -0.5f), Heads.Mixture.NONE));
  }

  private static Heads.Mixture mixture(float... delta) {
    return new Heads.Mixture(3, 1f, List.of(new Heads.Member(10f, 2f, delta)));
  }

  @Test
  void headsOfThreeStrengthsAndFortyTwoFeaturesStayBelowAKilobyte() {
    Heads heads = new Heads(1, 64, strengths(42), strengths(8));
    assertThat(HeadsCodec.encode(heads)).hasSizeLessThan(1024);
  }

  private static Heads.Mixture strengths(int features) {
    return new Heads.Mixture(
        64,
        0,
        List.of(
            new Heads.Member(10, 0, new float[features]),
            new Heads.Member(30, 0, new float[features]),
            new Heads.Member(300, 0, new float[features])));
  }

  @Test
  void unknownVersionsAndCutValuesAreRefused() {
    byte[] future = HexFormat.of().parseHex("02" + ITEM_V1.substring(2));
    assertThatExceptionOfType(CorruptValueException.class)
        .isThrownBy(() -> HistoryItemCodec.decode("e1", future))
        .withMessageContaining("version 2");
    assertThatExceptionOfType(CorruptValueException.class)
        .isThrownBy(() -> HistoryItemCodec.decode("e1", new byte[] {1, 0, 0}));
    assertThatExceptionOfType(CorruptValueException.class)
        .isThrownBy(() -> HeadsCodec.decode(HexFormat.of().parseHex(HEADS_V1.substring(0, 40))));
  }

  /** Its version, its time, and an input longer than what follows. */
  @Test
  void anItemWithoutTextsIsTheShortestOne() {
    byte[] empty = HistoryItemCodec.encode(new HistoryItem("e1", 5, "", ""));
    assertThat(HistoryItemCodec.decode("e1", empty)).isEqualTo(new HistoryItem("e1", 5, "", ""));
    byte[] onlyInput = HistoryItemCodec.encode(new HistoryItem("e1", 5, "hi", ""));
    assertThat(HistoryItemCodec.occurredAt(onlyInput)).isEqualTo(5);
    for (byte[] cut :
        List.of(
            new byte[0],
            Arrays.copyOf(empty, empty.length - 1),
            Arrays.copyOf(onlyInput, onlyInput.length - 1))) {
      assertThatExceptionOfType(CorruptValueException.class)
          .isThrownBy(() -> HistoryItemCodec.occurredAt(cut))
          .withMessageContaining("cut short");
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
