package dev.panda.transformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RotaryScalingTest {

  static Iterable<JsonNode> references() {
    return StreamSupport.stream(References.json("rotary.json").spliterator(), false).toList();
  }

  @ParameterizedTest
  @MethodSource("references")
  void agreesWithTransformersInEitherSpelling(JsonNode reference) {
    ObjectNode newer = new JsonMapper().createObjectNode();
    ObjectNode parameters = reference.get("scaling").deepCopy();
    newer.set("rope_parameters", parameters.put("rope_theta", 500_000.0));
    assertAgree(newer, reference);

    ObjectNode older = new JsonMapper().createObjectNode().put("rope_theta", 500_000.0);
    ObjectNode scaling = reference.get("scaling").deepCopy();
    scaling.put("type", scaling.remove("rope_type").textValue());
    older.set("rope_scaling", scaling);
    assertAgree(older, reference);
  }

  @Test
  void dividesEachFrequencyByItsFactor() {
    float[] plain = RotaryScaling.unscaled(4, 100).inverseFrequencies();
    float[] divided = RotaryScaling.divided(4, 100, new float[] {1, 8}).inverseFrequencies();
    assertThat(plain).containsExactly(1f, 0.1f);
    assertThat(divided).containsExactly(1f, 0.1f / 8);
  }

  private static void assertAgree(ObjectNode config, JsonNode reference) {
    RotaryEmbedding embedding =
        RotaryParameters.of(new JsonFields(config, "config.json"), Family.LLAMA)
            .embedding(64, 8192);
    JsonNode frequencies = reference.get("inverse_frequencies");
    assertThat(embedding.inverseFrequencies()).hasSize(frequencies.size());
    for (int i = 0; i < frequencies.size(); i++) {
      double expected = frequencies.get(i).doubleValue();
      assertThat((double) embedding.inverseFrequencies()[i])
          .isCloseTo(expected, within(expected * 5e-7));
    }
    assertThat(embedding.attentionFactor())
        .isCloseTo(reference.get("attention_factor").doubleValue(), within(1e-12));
  }
}
