package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachePoolTest {
  private static final int SLOTS = 100;

  @TempDir Path folder;

  private Checkpoint checkpoint;
  private Decoder decoder;

  @BeforeEach
  void load() {
    TinyCheckpoint.llama(3).write(folder);
    checkpoint = Checkpoints.open(folder);
    decoder =
        Decoder.load(
            checkpoint, new DecoderOptions(Numerics.FLOAT32, "cpu", 1, true, List.of(), SLOTS));
  }

  @AfterEach
  void close() {
    decoder.close();
    checkpoint.close();
  }

  @Test
  void noSlotIsTakenTwiceAndEveryRoomThatIsFreeCanBeTaken() {
    Random random = new Random(1);
    List<KvCache> open = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int free = SLOTS - open.stream().mapToInt(KvCache::room).sum();
      int room = 1 + random.nextInt(30);
      if (room <= free) {
        open.add(decoder.newCache(room));
      } else {
        assertThatThrownBy(() -> decoder.newCache(room))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("room: %d (expected: 1 to %d", room, free);
        open.remove(random.nextInt(open.size())).close();
      }
      Set<Integer> slots = new HashSet<>();
      for (KvCache cache : open) {
        for (int place = 0; place < cache.room(); place++) {
          assertThat(slots.add(cache.slot(place))).as("slot of its own").isTrue();
        }
      }
      assertThat(slots).allMatch(slot -> slot >= 0 && slot < SLOTS);
    }
  }

  @Test
  void roomsOfOneSizeAreLanesAndSmallOnesFillTheGaps() {
    KvCache first = decoder.newCache(20);
    KvCache second = decoder.newCache(22);
    assertThat(List.of(first.pitch(), second.pitch())).containsOnly(24);
    assertThat(List.of(first.slot(0), second.slot(0))).containsExactly(0, 24);
    assertThat(decoder.newCache(4).slot(0)).as("behind the first").isEqualTo(20);

    KvCache third = decoder.newCache(24);
    assertThat(third.placesInPool()).isEqualTo(SLOTS - 48);
    decoder.newCache(24);
    assertThat(decoder.hasLane(20, List.of())).isFalse();
    assertThat(decoder.hasLane(20, List.of(third))).isTrue();
  }

  @Test
  void takesSlotsThatFollowOneAnotherIfThereAre() {
    KvCache first = decoder.newCache(40);
    KvCache second = decoder.newCache(30);
    first.close();
    assertThat(decoder.newCache(30).isConsecutive()).as("30 + 10 free before, 30 after").isTrue();
    KvCache apart = decoder.newCache(35);
    assertThat(apart.isConsecutive()).isFalse();
    second.close();
    second.close();
    assertThatThrownBy(() -> decoder.newCache(36)).hasMessageContaining("1 to 35");
  }
}
