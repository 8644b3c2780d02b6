package dev.panda.transformer.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.panda.transformer.checkpoint.References;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.stream.StreamSupport;
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
    ByteBuffer source = decoded(reference.get("bytes"));
    float[] expected = new float[4 * 256];
    decoded(reference.get("values")).asFloatBuffer().get(expected);

    float[] values = new float[expected.length];
    type.decode(source, source.remaining() / type.bytesPerBlock(), values, 0);

    assertThat(values).isEqualTo(expected);
  }

  private static ByteBuffer decoded(JsonNode base64) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(base64.textValue()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
