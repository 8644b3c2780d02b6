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
}
