package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.attack.AttackedPanda.aligned;
import static dev.panda.orchestrator.attack.AttackedPanda.unaligned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.api.generation.v1.GenerateRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ten minutes of clients that read, cancel, disconnect, and do not read. */
@Tag("attack-slow")
@Attack
class SoakIT {
  private static final Duration WARM_UP = Duration.ofMinutes(1);
  private static final Duration LOAD =
      Duration.ofMinutes(Integer.getInteger("panda.soak-minutes", 10));
  private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");
  private static final int CLIENTS = 12;

  /** Clients that read nothing, at a time. */
  private static final int UNREAD = 8;

  private static final int MOST_MEGABYTES = 100;

  private final AttackedPanda panda;
  private final Random random = new Random(9);
  private int answered;
  private int refused;

  SoakIT(AttackedPanda panda) {
    this.panda = panda;
  }

  /**
   * What the services use.
   *
   * @param room what they say to a whole cache of sequences
   */
  private record Use(
      List<Long> heap, List<Long> resident, List<Long> threads, List<Status.Code> room) {}

  @Test
  void nothingGrows() throws Exception {
    load(WARM_UP);
    Use before = use();
    load(LOAD);
    Use after = use();

    Figures.write(
        "soak, %d min".formatted(LOAD.toMinutes()),
        "%d answered, %d refused; base, rewards, orchestrator: heap MB %s then %s; resident MB %s"
            + " then %s; threads %s then %s; a whole cache of sequences: %s then %s",
        answered,
        refused,
        before.heap,
        after.heap,
        before.resident,
        after.resident,
        before.threads,
        after.threads,
        before.room,
        after.room);
    assertThat(before.room).containsExactly(Status.Code.OK);
    assertThat(after.room).containsExactly(Status.Code.OK);
    for (int i = 0; i < before.heap.size(); i++) {
      assertThat(after.heap.get(i) - before.heap.get(i)).isLessThan(MOST_MEGABYTES / 4);
      assertThat(after.resident.get(i) - before.resident.get(i)).isLessThan(MOST_MEGABYTES);
      assertThat(after.threads.get(i) - before.threads.get(i)).isLessThan(20);
    }
  }

  private void load(Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    Deque<Unread> unread = new ArrayDeque<>();
    while (System.nanoTime() < end) {
      unread.add(Unread.of(panda.orchestrator()));
      if (unread.size() > UNREAD) {
        unread.remove().close();
      }
      ManagedChannel client = panda.orchestrator().connect();
      List<Generation> generations =
          Generation.start(CLIENTS, () -> Generation.start(client, request()));
      for (Generation generation : generations.subList(0, CLIENTS / 3)) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(30));
        generation.cancel();
      }
      if (random.nextBoolean()) {
        client.shutdownNow();
      }
      for (Outcome outcome : Generation.outcomes(generations)) {
        answered += outcome.isOk() ? 1 : 0;
        refused += outcome.isOk() ? 0 : 1;
      }
      client.shutdownNow();
    }
    unread.forEach(Unread::close);
  }

  private GenerateRequest request() {
    int maxTokens = 1 + random.nextInt(100);
    return random.nextBoolean() ? aligned(maxTokens) : unaligned(maxTokens);
  }

  private Use use() {
    return new Use(
        panda.services().stream().map(SoakIT::heapMegabytes).toList(),
        panda.services().stream().map(Service::residentMegabytes).toList(),
        panda.services().stream().map(Service::threads).toList(),
        Sequence.fillCaches(panda));
  }

  /** Live objects alone: the histogram collects garbage first. Its last line has the bytes. */
  private static long heapMegabytes(Service service) {
    try {
      Process jcmd =
          new ProcessBuilder("jcmd", Long.toString(service.process().pid()), "GC.class_histogram")
              .start();
      String histogram =
          new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      Matcher total = TOTAL.matcher(histogram);
      assertThat(total.find()).as(histogram).isTrue();
      return Long.parseLong(total.group(1)) >> 20;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
