package dev.panda.transformer.workshop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.decoder.Decoder;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadingBarTest {
  private final LoadingBar loading = LoadingBar.install();
  private final Logger decoder = System.getLogger(Decoder.class.getPackageName() + ".Anything");

  @AfterEach
  void giveTheLogBack() {
    java.util.logging.Logger log = LogManager.getLogManager().getLogger(LoadingBar.LOGGER);
    log.removeHandler(loading);
    log.setUseParentHandlers(true);
    loading.close();
  }

  private void log(int percent) {
    decoder.log(Level.INFO, "loading: {0} % of {1} million weights", percent, 1776L);
  }

  @Test
  void isShownFromTheFirstLineUntilTheWeightsAreLoaded() {
    assertThat(loading.isShown()).isFalse();
    log(7);
    assertThat(loading.isShown()).isTrue();
    log(69);
    assertThat(loading.isShown()).isTrue();
    decoder.log(Level.INFO, "loaded: weights as {0} in {1} s", "int8", 3.5);
    assertThat(loading.isShown()).isFalse();
  }

  @Test
  void isNotShownIfLoadingIsSoonDone() {
    decoder.log(Level.INFO, "loaded: weights as {0} in {1} s", "int8", 0.5);
    assertThat(loading.isShown()).isFalse();
  }
}
