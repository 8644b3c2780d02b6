package dev.panda.transformer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final Owner FIRST = new Owner("first", 1);
  private static final Owner SECOND = new Owner("second", 1);
  private static final Owner THIRD = new Owner("third", 1);

  private final Places places = new Places(4);

  @Test
  void noOwnerTakesMoreThanHalf() {
    assertThat(places.take(FIRST)).isTrue();
    assertThat(places.take(FIRST)).isTrue();
    assertThat(places.take(FIRST)).isFalse();
    assertThat(places.take(SECOND)).isTrue();

    places.giveBack(FIRST);

    assertThat(places.take(FIRST)).isTrue();
  }

  @Test
  void thereAreOnlySoManyInAll() {
    places.take(FIRST);
    places.take(FIRST);
    places.take(SECOND);
    places.take(SECOND);
    assertThat(places.take(THIRD)).isFalse();

    places.giveBack(SECOND);

    assertThat(places.take(THIRD)).isTrue();
  }

  @Test
  void whoeverIsAloneTakesThemAll() {
    for (int i = 0; i < 4; i++) {
      assertThat(places.take(Owner.ANYONE)).isTrue();
    }
    assertThat(places.take(Owner.ANYONE)).isFalse();
  }
}
