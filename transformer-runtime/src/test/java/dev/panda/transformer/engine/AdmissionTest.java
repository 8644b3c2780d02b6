package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final Owner FIRST = new Owner("first", 80);
  private static final Owner SECOND = new Owner("second", 80);

  private final Admission admission = new Admission(100);

  @Test
  void ownersOpensGoInTheOrderOfTheirArrival() {
    Command.Open held = granted(FIRST, 60);
    Command.Open large = waiting(SECOND, 50);
    Command.Open small = waiting(SECOND, 10);
    assertThat(admission.next()).isEmpty();

    admission.giveBack(FIRST, held.room());

    assertThat(admission.next()).contains(large);
    admission.take(large);
    assertThat(admission.next()).contains(small);
  }

  @Test
  void noOwnerHoldsBackAnother() {
    granted(FIRST, 60);
    waiting(FIRST, 50);
    Command.Open small = waiting(SECOND, 10);

    assertThat(admission.next()).contains(small);
  }

  @Test
  void whoHoldsLeastComesFirst() {
    granted(FIRST, 50);
    granted(SECOND, 40);
    waiting(FIRST, 10);
    Command.Open later = waiting(SECOND, 10);

    assertThat(admission.next()).contains(later);
  }

  @Test
  void anOwnerHoldsAShareAtMost() {
    granted(FIRST, 50);
    Command.Open within = waiting(FIRST, 30);
    assertThat(admission.next()).contains(within);
    admission.take(within);
    Command.Open beyond = waiting(FIRST, 1);

    assertThat(admission.next()).isEmpty();
    admission.expire(0);
    assertThatThrownBy(beyond.opened()::join)
        .hasCauseInstanceOf(CapacityException.class)
        .hasMessageContaining(
            "cache: no room for 1 tokens, this client holds 80 of at most 80 (expected: enough room;"
                + " try again later)");
    assertThat(admission.next()).isEmpty();
    assertThat(admission.waiting()).isEmpty();
  }

  @Test
  void anOwnerThatHoldsNothingMayOpenOneSequenceOfAnySize() {
    Command.Open whole = waiting(FIRST, 100);

    assertThat(admission.next()).contains(whole);
  }

  @Test
  void anOpenLargerThanTheShareHoldsBackNoOther() {
    Command.Open held = granted(FIRST, 20);
    Command.Open whole = waiting(FIRST, 100);
    Command.Open within = waiting(FIRST, 10);

    assertThat(admission.next()).contains(within);
    admission.take(within);
    admission.giveBack(FIRST, held.room());
    admission.giveBack(FIRST, within.room());
    assertThat(admission.next()).contains(whole);
  }

  @Test
  void whatWasGivenBackCountsForNobody() {
    Command.Open held = granted(FIRST, 80);
    admission.giveBack(FIRST, held.room());

    Command.Open again = waiting(FIRST, 80);
    assertThat(admission.next()).contains(again);
  }

  @Test
  void passesOverWhatIsCancelled() {
    Command.Open gone = waiting(FIRST, 10);
    Command.Open next = waiting(FIRST, 20);
    gone.opened().cancel(false);

    assertThat(admission.next()).contains(next);
  }

  @Test
  void tellsWhenTheNextOpenExpires() {
    assertThat(admission.untilNextExpiry(0)).isGreaterThan(Duration.ofMinutes(1));
    waiting(FIRST, 10);

    assertThat(admission.untilNextExpiry(-5)).isEqualTo(Duration.ofNanos(5));
  }

  private Command.Open granted(Owner owner, int tokens) {
    Command.Open open = waiting(owner, tokens);
    assertThat(admission.next()).contains(open);
    admission.take(open);
    return open;
  }

  private Command.Open waiting(Owner owner, int tokens) {
    Command.Open open =
        new Command.Open(new SequenceRoom(tokens, 0), owner, 0, new CompletableFuture<>());
    admission.add(open);
    return open;
  }
}
