package io.hydra.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.model.base.Base;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PersonalModelTest {
  private final Set<String> closed = new TreeSet<>();

  private record Closable(String name, Set<String> closed) implements Encoder {
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
      boolean unused = closed.add(name);
    }
  }

  private PersonalModel model(String folder, String version) {
    Base base = new Base(new Closable(folder, closed), Map.of(), Map.of());
    return new PersonalModel(version, base, TaskCatalogue.shipped());
  }

  private static void refused(Function<Path, PersonalModel> load, String message) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> PersonalModel.loadAll(List.of(Path.of("first"), Path.of("second")), load))
        .withMessage(message);
  }

  @Test
  void aBaseThatCannotBeLoadedClosesThoseBeforeIt() {
    refused(
        folder -> {
          if (folder.endsWith("second")) {
            throw new UserException("damaged");
          }
          return model(folder.toString(), "b1");
        },
        "damaged");
    assertThat(closed).containsExactly("first");
  }

  @Test
  void aBaseThatIsNamedTwiceIsClosedTwice() {
    refused(folder -> model(folder.toString(), "b1"), "--base names base b1 twice; name each once");
    assertThat(closed).containsExactly("first", "second");
  }
}
