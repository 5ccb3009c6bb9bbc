package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("a.safetensors");
  }

  private void write(String header, ByteBuffer data) throws IOException {
    EncoderFixtures.safetensors(file, header, data.array());
  }

  private void refused(String message) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> SafeTensors.open(file).close())
        .withMessageContaining(file.toString())
        .withMessageContaining(message);
  }

  @Test
  void everyTypeIsRead() throws IOException {
    ByteBuffer data = EncoderFixtures.littleEndian(8 + 4 + 2 + 2 + 8 + 4 + 2 + 1 + 1);
    data.putDouble(1.5).putFloat(-2.25f).putShort((short) 0xC200).putShort((short) 0x3FC0);
    data.putLong(7).putInt(-8).putShort((short) -9).put((byte) -10).put((byte) 250);
    write(
        """
        {"__metadata__":{"format":"pt"},
         "f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},
         "f32":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]},
         "f16":{"dtype":"F16","shape":[1],"data_offsets":[12,14]},
         "bf16":{"dtype":"BF16","shape":[],"data_offsets":[14,16]},
         "i64":{"dtype":"I64","shape":[1],"data_offsets":[16,24]},
         "i32":{"dtype":"I32","shape":[1],"data_offsets":[24,28]},
         "i16":{"dtype":"I16","shape":[1],"data_offsets":[28,30]},
         "i8":{"dtype":"I8","shape":[1],"data_offsets":[30,31]},
         "u8":{"dtype":"U8","shape":[1],"data_offsets":[31,32]},
         "none":{"dtype":"F32","shape":[0,4],"data_offsets":[32,32]}}
        """,
        data);
    try (SafeTensors tensors = SafeTensors.open(file)) {
      assertThat(tensors.floats("f64")).containsExactly(1.5f);
      assertThat(tensors.floats("f32")).containsExactly(-2.25f);
      assertThat(tensors.floats("f16")).containsExactly(-3f);
      assertThat(tensors.floats("bf16")).containsExactly(1.5f);
      assertThat(tensors.floats("i8")).containsExactly(-10f);
      assertThat(tensors.ints("i64")).containsExactly(7);
      assertThat(tensors.ints("i32")).containsExactly(-8);
      assertThat(tensors.ints("i16")).containsExactly(-9);
      assertThat(tensors.ints("i8")).containsExactly(-10);
      assertThat(tensors.ints("u8")).containsExactly(250);
      assertThat(tensors.floats("none")).isEmpty();
      assertThat(tensors.shape("f32")).containsExactly(1L, 1L);
      assertThat(tensors.has("absent")).isFalse();
      assertThatExceptionOfType(UserException.class)
          .isThrownBy(() -> tensors.ints("f32"))
          .withMessageContaining("F32");
    }
  }

  @Test
  void halfPrecisionIsIeee() {
    assertThat(SafeTensors.half((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(SafeTensors.half((short) 0x3555)).isEqualTo(0.33325195f);
    assertThat(SafeTensors.half((short) 0x7BFF)).isEqualTo(65504f);
    assertThat(SafeTensors.half((short) 0xFC00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(SafeTensors.half((short) 0x7E00)).isNaN();
    assertThat(SafeTensors.half((short) 0x8000)).isEqualTo(-0f);
  }

  @Test
  void aDamagedFileIsRefused() throws IOException {
    Files.write(file, new byte[3]);
    refused("shorter");
    Files.write(file, new byte[] {-1, -1, -1, -1, -1, -1, -1, 127, 0, 0});
    refused("header claims");
    write("{not json", ByteBuffer.allocate(0));
    refused("not JSON");
    write(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", ByteBuffer.allocate(4));
    refused("need 8 bytes, and it holds 4");
    write(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", ByteBuffer.allocate(4));
    refused("bytes of its shape");
    write(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", ByteBuffer.allocate(8));
    refused("overlap or leave a gap");
    write(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[4,0]}}",
        ByteBuffer.allocate(0));
    refused("bytes of its shape");
    write(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}",
        ByteBuffer.allocate(0));
    refused("larger than can be");
    write(
        "{\"a\":{\"dtype\":\"Q4\",\"shape\":[1],\"data_offsets\":[0,1]}}", ByteBuffer.allocate(1));
    refused("BF16, F16, F32");
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", ByteBuffer.allocate(4));
    refused("lacks");
  }
}
