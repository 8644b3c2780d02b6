package dev.panda.reward.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.Readout;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadoutChoiceTest {
  private static final FittedReadout LOW = readout(5, Pooling.MEAN, 0.917);
  private static final FittedReadout MIDDLE = readout(10, Pooling.MEAN, 0.92);
  private static final FittedReadout MIDDLE_LAST = readout(10, Pooling.LAST, 0.7);
  private static final FittedReadout HIGH = readout(20, Pooling.MEAN, 0.9199);

  private static FittedReadout readout(int layer, Pooling pooling, double accuracy) {
    return new FittedReadout(layer, pooling, 0.1, 0.3, new double[] {accuracy});
  }

  private static FittedReadout of(FittedReadout... searched) {
    return ReadoutChoice.of(List.of(searched), Optional.empty());
  }

  private static FittedReadout beside(FittedReadout taken, FittedReadout... searched) {
    Readout other = new Readout(taken.layer(), taken.pooling(), Optional.empty());
    return ReadoutChoice.of(List.of(searched), Optional.of(other));
  }

  @Test
  void isTheLowestOfThoseAboutAsGood() {
    assertThat(of(MIDDLE, HIGH, LOW)).isSameAs(LOW);
    assertThat(of(HIGH, MIDDLE)).isSameAs(MIDDLE);
  }

  @Test
  void isNotALowerOneThatIsWorse() {
    assertThat(of(MIDDLE, readout(5, Pooling.MEAN, 0.914))).isSameAs(MIDDLE);
  }

  @Test
  void isTheBetterPoolingOfALayer() {
    FittedReadout increment = readout(10, Pooling.INCREMENT, 0.919);

    assertThat(of(increment, MIDDLE, MIDDLE_LAST)).isSameAs(MIDDLE);
  }

  @Test
  void isAnotherLayerThanTheOneTaken() {
    assertThat(beside(LOW, MIDDLE, HIGH, LOW)).isSameAs(MIDDLE);
  }

  @Test
  void isAnotherPoolingIfThereIsOnlyOneLayer() {
    assertThat(beside(MIDDLE, MIDDLE, MIDDLE_LAST)).isSameAs(MIDDLE_LAST);
  }

  @Test
  void refusesToReadWhatAnotherReads() {
    assertThatThrownBy(() -> beside(MIDDLE, MIDDLE, readout(10, Pooling.INCREMENT, 0.92)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layers: only 10 (expected: another layer for the judge)");
  }
}
