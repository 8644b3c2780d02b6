package dev.panda.transformer.decoder;

import dev.panda.transformer.checkpoint.Checkpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Measures how fast a model's first blocks run in several formats. */
final class NumericsTrial {
  /** More than most caches hold, and little enough to be loaded in a moment. */
  private static final long WEIGHTS = 40_000_000;

  private static final int PAST = 64;
  private static final int MOST_ROUNDS = 15;
  private static final int LEAST_ROUNDS = 2;
  private static final Duration ROUNDS_END = Duration.ofMillis(600);

  private NumericsTrial() {}

  /**
   * The median time of one step, for each work and format. The formats take turns. A thread of its
   * own measures: if another had computed before, the engine's thread would have to share the
   * processors with that thread's team.
   */
  static Map<Work, Map<Numerics, Duration>> run(
      Checkpoint checkpoint, List<Numerics> formats, int threads) {
    ExecutorService aside = Executors.newSingleThreadExecutor();
    try {
      return CompletableFuture.supplyAsync(
              () -> measure(new FirstBlocks(checkpoint, WEIGHTS), formats, threads), aside)
          .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      aside.shutdown();
    }
  }

  private static Map<Work, Map<Numerics, Duration>> measure(
      Checkpoint blocks, List<Numerics> formats, int threads) {
    Map<Numerics, Decoder> decoders = new EnumMap<>(Numerics.class);
    try {
      for (Numerics format : formats) {
        decoders.put(format, load(blocks, format, threads));
      }
      Map<Work, Map<Numerics, Duration>> medians = new EnumMap<>(Work.class);
      for (Work work : Work.values()) {
        medians.put(work, measure(decoders, work));
      }
      return medians;
    } finally {
      decoders.values().forEach(Decoder::close);
    }
  }

  private static Decoder load(Checkpoint blocks, Numerics numerics, int threads) {
    int layers = blocks.config().numHiddenLayers();
    float[] readout = new float[blocks.config().hiddenSize()];
    int room = PAST + Stream.of(Work.values()).mapToInt(Work::rows).max().orElseThrow();
    return Decoder.loadQuietly(
        blocks,
        new DecoderOptions(
            numerics, "cpu", threads, false, List.of(new Projection(layers, readout)), room));
  }

  private static Map<Numerics, Duration> measure(Map<Numerics, Decoder> decoders, Work work) {
    List<Contender> contenders = new ArrayList<>();
    try {
      decoders.forEach(
          (numerics, decoder) -> contenders.add(Contender.of(numerics, decoder, work)));
      long end = System.nanoTime() + ROUNDS_END.toNanos();
      for (int round = 0;
          round < MOST_ROUNDS && (round < LEAST_ROUNDS || System.nanoTime() < end);
          round++) {
        contenders.forEach(Contender::run);
      }
      Map<Numerics, Duration> medians = new EnumMap<>(Numerics.class);
      contenders.forEach(contender -> medians.put(contender.numerics, contender.median()));
      return medians;
    } finally {
      contenders.forEach(contender -> contender.step.cache().close());
    }
  }

  private record Contender(
      Numerics numerics, Decoder decoder, StepInput step, List<Duration> times) {

    static Contender of(Numerics numerics, Decoder decoder, Work work) {
      int past = Math.min(PAST, decoder.contextLength() - 2);
      int accepted = Math.min(work.accepted(), decoder.contextLength() - past - 1);
      int[] candidates = new int[work.candidates()];
      KvCache cache = decoder.newCache(past + accepted + candidates.length);
      decoder.step(List.of(new StepInput(cache, 0, new int[past], new int[0], false)), 0);
      StepInput step = new StepInput(cache, past, new int[accepted], candidates, false);
      decoder.step(List.of(step), 0); // the first is slower
      return new Contender(numerics, decoder, step, new ArrayList<>());
    }

    void run() {
      long start = System.nanoTime();
      decoder.step(List.of(step), 0);
      times.add(Duration.ofNanos(System.nanoTime() - start));
    }

    Duration median() {
      Collections.sort(times);
      return times.get(times.size() / 2);
    }
  }
}
