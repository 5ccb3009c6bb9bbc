package io.hydra.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.PersonalModel;
import io.hydra.model.base.Base;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.trainer.head.Bases;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private boolean closed;
  private final PersonalModel model =
      new PersonalModel(
          "b1",
          new Base(
              new Encoder() {
                @Override
                public int dimensions() {
                  return 1;
                }

                @Override
                public float[][] encode(List<String> texts) {
                  return new float[texts.size()][1];
                }

                @Override
                public void close() {
                  closed = true;
                }
              },
              Map.of(),
              Map.of()),
          TaskCatalogue.shipped());

  @Test
  void theModelIsClosedOnceTheStreamsAre() {
    Trainer.closeUnused(true, new Bases(List.of(model)));
    assertThat(closed).isTrue();
  }

  @Test
  void streamsThatDoNotEndInTimeKeepTheirModel() {
    Trainer.closeUnused(false, new Bases(List.of(model)));
    assertThat(closed).isFalse();
  }
}
