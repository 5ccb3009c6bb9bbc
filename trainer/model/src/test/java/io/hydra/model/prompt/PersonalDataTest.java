package io.hydra.model.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.prompt.Redactor.Match;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalDataTest {
  private static String hide(String text) {
    return new Redaction(new PersonalData()).hide(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mail ann.lee+news@mail.example.co.uk, please | mail [EMAIL_1], please",
        "<ann@example.org> | <[EMAIL_1]>",
        "jürgen@müller.de. | [EMAIL_1].",
        "pay to DE89 3704 0044 0532 0130 00 now | pay to [IBAN_1] now",
        "GB82WEST12345698765432 | [IBAN_1]",
        "nl91abna0417164300 | [IBAN_1]",
        "card 4111 1111 1111 1111, 3782-822463-10005 | card [CARD_1], [CARD_2]",
        "4111 1111 1111 1111 12/27 and 4111111111111111 123 | [CARD_1] 12/27 and [CARD_2] 123",
        "call +49 30 1234567 | call [PHONE_1]",
        "+1 (555) 010-9999 or 0041 44 668 18 00 | [PHONE_1] or [PHONE_2]",
        "030/1234567, (030) 1234567 | [PHONE_1], [PHONE_2]",
        "555-010-9999 or 020 7946 0018 | [PHONE_1] or [PHONE_2]",
        "a@b.io, a@b.io and c@b.io | [EMAIL_1], [EMAIL_1] and [EMAIL_2]"
      })
  void personalDataAreHidden(String text, String hidden) {
    assertThat(hide(text)).isEqualTo(hidden);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111 1111 1111 1112",
        "GB82WEST12345698765433",
        "2026-01-31T10:00:00",
        "31.01.2026, 12/31/2026 and 01/31/2026",
        "3.14159265358979",
        "1,234,567.89",
        "version 10.4.12.1",
        "@handle at home",
        "in 1999, 2000, 2001",
        "a@b",
        "0.25 of 1000000",
        "5 stars, 12 of 345 pages"
      })
  void whatOnlyLooksLikeThemStays(String text) {
    assertThat(hide(text)).isEqualTo(text);
  }

  @Test
  void whateverIsFoundIsAPieceOfTheText() {
    String text = "x".repeat(10) + "ann@example.org +49 30 1234567";
    List<Match> found = new PersonalData().find(text);
    assertThat(found).extracting(Match::kind).containsExactlyInAnyOrder("EMAIL", "PHONE");
    assertThat(found).allMatch(m -> m.start() < m.end() && m.end() <= text.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1 ", "a.", "a@", "a@a.", "0(", "DE11", "+1-"})
  void aTextThatIsMadeToTakeLongDoesNot(String piece) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> hide(piece.repeat(65_536 / piece.length())));
  }
}
