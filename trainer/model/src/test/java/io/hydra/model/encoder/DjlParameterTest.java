package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DjlParameterTest {
  private static final DjlParameter FORMAT = new DjlParameter("words", 2, 3);
  private static final float[] VALUES = {1, -2.5f, 3e-9f, 0, 5, Float.MIN_VALUE};

  @Test
  void theBytesAreThoseOfDjl() throws IOException {
    ByteArrayOutputStream djl = new ByteArrayOutputStream();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Parameter parameter =
          Parameter.builder().setName("words").setType(Parameter.Type.WEIGHT).build();
      parameter.setArray(manager.create(VALUES, new Shape(2, 3)));
      parameter.save(new DataOutputStream(djl));
    }
    ByteArrayOutputStream ours = new ByteArrayOutputStream();
    FORMAT.write(VALUES, ours);
    assertThat(ours.toByteArray()).isEqualTo(djl.toByteArray());
    assertThat(FORMAT.read(new ByteArrayInputStream(djl.toByteArray()))).isEqualTo(VALUES);
  }

  @Test
  void anotherShapeOrNameAndACutFileAreRefused() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FORMAT.write(VALUES, out);
    byte[] bytes = out.toByteArray();
    for (DjlParameter other :
        new DjlParameter[] {new DjlParameter("words", 3, 2), new DjlParameter("other", 2, 3)}) {
      assertRefused(other, bytes);
    }
    assertRefused(FORMAT, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused(FORMAT, new byte[0]);
  }

  private static void assertRefused(DjlParameter format, byte[] bytes) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> format.read(new ByteArrayInputStream(bytes)))
        .withMessageContaining("shape");
  }
}
