package dev.panda.transformer.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.checkpoint.References;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DequantisationTest {

  static Iterable<JsonNode> references() {
    return StreamSupport.stream(References.json("gguf/quantised.json").spliterator(), false)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("references")
  void givesTheReferenceValuesToTheBit(JsonNode reference) {
    GgufType type = GgufType.valueOf(reference.get("type").textValue());
    byte[] source = Base64.getDecoder().decode(reference.get("bytes").textValue());
    byte[] bytes = Base64.getDecoder().decode(reference.get("values").textValue());
    float[] expected = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(expected);

    byte[] shifted = new byte[source.length + 3];
    System.arraycopy(source, 0, shifted, 3, source.length);
    float[] values = new float[expected.length + 1];
    type.decode(shifted, 3, source.length / type.bytesPerBlock(), values, 1);

    assertThat(Arrays.copyOfRange(values, 1, values.length)).isEqualTo(expected);
  }

  @Test
  void everyTypeHasAReference() {
    assertThat(references())
        .extracting(reference -> GgufType.valueOf(reference.get("type").textValue()))
        .containsExactlyInAnyOrder(GgufType.values());
  }

  /** So that whoever checks values finds it. */
  @ParameterizedTest
  @CsvSource({
    "Q4_0, 0", "Q4_1, 0", "Q4_1, 2", "Q5_0, 0", "Q5_1, 0", "Q5_1, 2", "Q8_0, 0", "Q2_K, 80",
    "Q2_K, 82", "Q3_K, 108", "Q4_K, 0", "Q4_K, 2", "Q5_K, 0", "Q5_K, 2", "Q6_K, 208", "Q8_K, 2",
    "IQ4_NL, 0", "IQ4_XS, 0"
  })
  void aScaleThatIsNoNumberMakesValuesThatAreNone(GgufType type, int offset) {
    for (int infinityOrNot : new int[] {0x7c, 0xfc, 0x7e}) {
      byte[] block = new byte[type.bytesPerBlock()];
      Arrays.fill(block, (byte) 0x11);
      block[offset] = 0;
      block[offset + 1] = (byte) infinityOrNot;
      if (type == GgufType.Q8_K) {
        block[offset] = (byte) 0x80;
        block[offset + 1] = 0x7f;
      }
      float[] values = new float[type.elementsPerBlock()];
      type.decode(block, 0, 1, values, 0);
      for (float value : values) {
        assertThat(Float.isFinite(value)).isFalse();
      }
    }
  }
}
