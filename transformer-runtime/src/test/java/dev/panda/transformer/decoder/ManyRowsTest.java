package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoder with two formats is each of two decoders with one, by the number of rows. */
class ManyRowsTest {
  private static final int FROM = 8;

  private static Decoder load(Numerics numerics, Optional<ManyRows> manyRows) throws Exception {
    Path path = Path.of(ManyRowsTest.class.getResource("/golden/tiny-llama").toURI());
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      Projection projection = new Projection(2, new float[checkpoint.config().hiddenSize()]);
      return Decoder.load(
          checkpoint,
          new DecoderOptions(numerics, "cpu", 1, true, List.of(projection), 200, manyRows));
    }
  }

  private static float[] logits(Decoder decoder, int[] tokens) {
    try (KvCache cache = decoder.newCache(tokens.length)) {
      StepInput input = new StepInput(cache, 0, tokens, new int[0], true);
      return decoder.step(List.of(input), 5).get(0).next().get(0).logits();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, FROM - 1, FROM, 40})
  void theNumberOfRowsDecides(int rows) throws Exception {
    int[] tokens = new Random(rows).ints(rows, 0, 90).toArray();
    Numerics expected = rows < FROM ? Numerics.FLOAT32 : Numerics.BFLOAT16;
    try (Decoder both = load(Numerics.FLOAT32, Optional.of(new ManyRows(Numerics.BFLOAT16, FROM)));
        Decoder one = load(expected, Optional.empty())) {
      // The head is of the first format, so these differ by its rounding in bfloat16.
      float[] logits = logits(both, tokens);

      if (rows < FROM) {
        assertThat(logits).isEqualTo(logits(one, tokens));
      } else {
        try (Decoder first = load(Numerics.FLOAT32, Optional.empty())) {
          assertThat(logits).isNotEqualTo(logits(first, tokens));
        }
        assertThat(distance(logits, logits(one, tokens))).isLessThan(0.1);
      }
    }
  }

  private static double distance(float[] logits, float[] others) {
    double most = 0;
    for (int i = 0; i < logits.length; i++) {
      most = Math.max(most, Math.abs(logits[i] - others[i]));
    }
    return most;
  }

  @ParameterizedTest
  @EnumSource(
      value = Numerics.class,
      names = {"INT8", "INT4", "FLOAT16"})
  void onlyDenseFormatsServeManyRows(Numerics numerics) {
    assertThatThrownBy(() -> new ManyRows(numerics, 8))
        .hasMessageContaining("(expected: float32 or bfloat16)");
  }
}
