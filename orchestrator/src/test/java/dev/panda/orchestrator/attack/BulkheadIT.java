package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.unaligned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.orchestrator.testing.TinyPanda;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One of two reward services hangs; those who do not need it are served. */
@Attack
class BulkheadIT {
  /** As many as may be under way reserve more than the base service's cache. */
  private static final GenerateRequest NEEDS_IT =
      TinyPanda.prompt().addPreferences(TinyPanda.named("terse")).setMaxTokens(400).build();

  private static final int PAUSE_MILLIS = 200;

  private final AttackedPanda panda;

  BulkheadIT(AttackedPanda panda) {
    this.panda = panda;
  }

  @Test
  void quick() throws Exception {
    generations(Duration.ofSeconds(6));
    listings(Duration.ofSeconds(4));
  }

  @Tag("attack-slow")
  @Test
  void whole() throws Exception {
    generations(Duration.ofSeconds(90));
    listings(Duration.ofSeconds(90));
  }

  private void generations(Duration time) throws Exception {
    assertOthersAreServed(
        "80 clients of a service that hangs",
        80,
        GenerationServiceGrpc.getGenerateMethod(),
        NEEDS_IT.toByteArray(),
        time);
  }

  private void listings(Duration time) throws Exception {
    assertOthersAreServed(
        "100 listings, a service hangs",
        100,
        GenerationServiceGrpc.getListPreferencesMethod(),
        ListPreferencesRequest.getDefaultInstance().toByteArray(),
        time);
  }

  private void assertOthersAreServed(
      String attack, int clients, MethodDescriptor<?, ?> method, byte[] message, Duration time)
      throws Exception {
    ManagedChannel client = panda.orchestrator().connect();
    assertThat(Recovery.of(client).outcome().isOk()).isTrue();
    List<Outcome> served;
    List<Outcome> ofThoseWhoNeedIt = new ArrayList<>();
    panda.terse().process().suspend();
    try {
      Bystander bystander =
          Bystander.of(
              panda.orchestrator().connect(),
              GenerationServiceGrpc.getGenerateMethod(),
              unaligned(4).toByteArray());
      List<CompletableFuture<Outcome>> calls = new ArrayList<>();
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        Map<Boolean, List<CompletableFuture<Outcome>>> ended =
            calls.stream().collect(Collectors.partitioningBy(CompletableFuture::isDone));
        ofThoseWhoNeedIt.addAll(Call.outcomes(ended.get(true)));
        calls = ended.get(false);
        while (calls.size() < clients) {
          calls.add(Call.start(client, method, CallOptions.DEFAULT, message));
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
      served = bystander.outcomes();
      client.shutdownNow();
      ofThoseWhoNeedIt.addAll(Call.outcomes(calls));
    } finally {
      panda.terse().process().resume();
    }

    long answered = served.stream().filter(Outcome::isOk).count();
    Figures.write(
        attack,
        "%s; unaligned meanwhile %d of %d, slowest %.1f s",
        Outcome.count(ofThoseWhoNeedIt),
        answered,
        served.size(),
        Outcome.slowest(served));
    assertThat(served).hasSizeGreaterThan(20);
    assertThat((double) answered / served.size())
        .as(Outcome.count(served))
        .isGreaterThanOrEqualTo(0.99);
  }
}
