package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Decoder;
import dev.panda.transformer.decoder.NextTokens;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.decoder.Projection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Sequences that begin alike, beside an engine where none shares. */
class PrefixesTest {
  private static final float TOLERANCE = 1e-4f;
  private static final int VOCABULARY = 96;
  private static final int CACHE = 400;
  private static final int K = 5;
  private static final int[] NONE = {};
  private static final Owner SOMEBODY = new Owner("somebody", CACHE);
  private static final Owner ANOTHER = new Owner("another", CACHE);

  private Engine plain;
  private Engine engine;
  private WatchedPasses passes;

  @BeforeEach
  void loadPlain() {
    plain = new Engine(PrefixesTest::decoder, options(PrefixSharing.NOBODY));
  }

  @AfterEach
  void close() {
    plain.close();
    engine.close();
  }

  private void load(PrefixSharing sharing) {
    passes = new WatchedPasses(decoder());
    engine = new Engine(() -> passes, options(sharing));
  }

  private static Decoder decoder() {
    try (Checkpoint checkpoint =
        Checkpoints.open(Path.of(PrefixesTest.class.getResource("/golden/tiny-llama").getPath()))) {
      return Decoder.load(checkpoint, options(PrefixSharing.NOBODY).decoderOptions());
    }
  }

  private static EngineOptions options(PrefixSharing sharing) {
    float[] weights = new float[32];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.sin(i + 1);
    }
    return new EngineOptions(
        Numerics.FLOAT32,
        "cpu",
        1,
        true,
        List.of(new Projection(1, weights)),
        CACHE,
        64,
        Duration.ofSeconds(10),
        Duration.ofDays(1),
        sharing,
        Optional.empty());
  }

  private static int[] random(int seed, int tokens) {
    return new Random(seed).ints(tokens, 0, VOCABULARY).toArray();
  }

  private static int[] join(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }

  private Sequence open(int[] prompt, Owner owner) {
    return engine.open(new SequenceRoom(prompt.length + 20, 0, prompt.length - 1), owner).join();
  }

  private AdvanceResult ask(int[] prompt, Owner owner) {
    try (Sequence sequence = open(prompt, owner)) {
      return sequence.advance(prompt, NONE, K).join();
    }
  }

  private void assertAsPlain(AdvanceResult result, int[] prompt) {
    try (Sequence sequence = plain.open(prompt.length + 20, 0).join()) {
      AdvanceResult expected = sequence.advance(prompt, NONE, K).join();
      NextTokens next = result.next().orElseThrow();
      assertThat(next.ids()).isEqualTo(expected.next().orElseThrow().ids());
      assertThat(next.logits())
          .containsExactly(expected.next().orElseThrow().logits(), within(TOLERANCE));
      for (int i = result.shared(); i < prompt.length; i++) {
        assertThat(result.acceptedReadouts()[i])
            .containsExactly(expected.acceptedReadouts()[i], within(TOLERANCE));
      }
    }
  }

  @Test
  void aTextThatGoesOnComputesItsNewTokensAlone() {
    load(PrefixSharing.EVERYONE);
    int[] prompt = random(1, 40);
    int[] response = random(2, 6);
    try (Sequence sequence = open(prompt, SOMEBODY)) {
      sequence.advance(prompt, NONE, K).join();
      for (int token : response) {
        sequence.advance(new int[] {token}, NONE, K).join();
      }
    }
    int before = passes.rows();
    int[] longer = join(join(prompt, response), random(3, 9));

    AdvanceResult second = ask(longer, SOMEBODY);

    assertThat(second.shared()).isEqualTo(46);
    assertThat(passes.rows() - before).isEqualTo(9);
    assertAsPlain(second, longer);
  }

  @Test
  void thePromptOfManyIsComputedOnce() {
    load(PrefixSharing.EVERYONE);
    int[] prompt = random(1, 30);
    List<Sequence> sequences = new ArrayList<>();
    List<CompletableFuture<AdvanceResult>> results = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      sequences.add(open(prompt, SOMEBODY));
    }
    sequences.forEach(sequence -> results.add(sequence.advance(prompt, NONE, K)));

    for (CompletableFuture<AdvanceResult> result : results) {
      assertAsPlain(result.join(), prompt);
    }
    assertThat(passes.rows()).isEqualTo(30 + 5);
    assertThat(results).extracting(result -> result.join().shared()).contains(0, 29);
    sequences.forEach(Sequence::close);
  }

  @Test
  void theOneThatOthersWaitForMayGoAway() {
    load(PrefixSharing.EVERYONE);
    int[] prompt = random(1, 100);
    Sequence first = open(prompt, SOMEBODY);
    Sequence second = open(prompt, SOMEBODY);
    CompletableFuture<AdvanceResult> gone = first.advance(prompt, NONE, K);
    CompletableFuture<AdvanceResult> waits = second.advance(prompt, NONE, K);
    first.close();

    assertAsPlain(waits.join(), prompt);
    assertThat(gone.isDone()).isTrue();
    second.close();
  }

  @Test
  void ownersMayBeKeptApart() {
    load(PrefixSharing.OWNER);
    int[] prompt = random(1, 40);
    ask(prompt, SOMEBODY);

    assertThat(ask(prompt, ANOTHER).shared()).isZero();
    assertThat(ask(prompt, SOMEBODY).shared()).isEqualTo(39);
  }

  @Test
  void nothingIsSharedUnlessItIsWanted() {
    load(PrefixSharing.NOBODY);
    int[] prompt = random(1, 40);
    ask(prompt, SOMEBODY);

    assertThat(ask(prompt, SOMEBODY).shared()).isZero();
  }

  @Test
  void whatWasNotUsedForTheLongestTimeMakesRoom() {
    load(PrefixSharing.EVERYONE);
    List<int[]> prompts = IntStream.range(0, 4).mapToObj(i -> random(i, 90)).toList();
    prompts.forEach(prompt -> ask(prompt, SOMEBODY));
    assertThat(ask(prompts.get(0), SOMEBODY).shared()).isZero(); // left first, evicted first
    assertThat(ask(prompts.get(3), SOMEBODY).shared()).isEqualTo(89);

    List<Sequence> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(engine.open(CACHE / 4, 0).join());
    }
    all.forEach(Sequence::close);
    assertThat(ask(prompts.get(3), SOMEBODY).shared()).isZero();
  }

  @Test
  void readOutsThatAreNeededAreComputed() {
    load(PrefixSharing.EVERYONE);
    int[] prompt = random(1, 40);
    ask(prompt, SOMEBODY);
    try (Sequence sequence = engine.open(new SequenceRoom(60, 0, 20), SOMEBODY).join()) {
      AdvanceResult result = sequence.advance(prompt, NONE, K).join();

      assertThat(result.shared()).isEqualTo(20);
      assertAsPlain(result, prompt);
    }
  }

  /** Texts of few tokens begin alike often; some are open at the same time. */
  @RepeatedTest(3)
  void answersAreThoseOfAnEngineThatSharesNothing() {
    load(PrefixSharing.EVERYONE);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<int[]> prompts = new ArrayList<>(List.of(random(1, 40)));
    List<Sequence> open = new ArrayList<>();
    int shared = 0;
    for (int i = 0; i < 40; i++) {
      int[] base = prompts.get(random.nextInt(prompts.size()));
      int kept = base.length / 2 + random.nextInt(base.length / 2);
      int[] prompt =
          join(
              IntStream.of(base).limit(kept).toArray(),
              random.ints(1 + random.nextInt(12), 0, VOCABULARY).toArray());
      if (prompt.length < 80) {
        prompts.add(prompt);
        while (open.size() > random.nextInt(3)) {
          open.remove(random.nextInt(open.size())).close();
        }
        Sequence sequence = open(prompt, SOMEBODY);
        open.add(sequence);
        AdvanceResult result = sequence.advance(prompt, NONE, K).join();
        shared += result.shared();
        assertAsPlain(result, prompt);
        int token = random.nextInt(VOCABULARY);
        sequence.advance(new int[] {token}, NONE, K).join();
      }
    }
    open.forEach(Sequence::close);
    assertThat(shared).as("seed %d", seed).isPositive();
  }
}
