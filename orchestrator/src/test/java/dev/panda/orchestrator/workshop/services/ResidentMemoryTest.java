package dev.panda.orchestrator.workshop.services;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResidentMemoryTest {
  @Test
  void isKnownOfAProcessThatRuns() {
    assertThat(ResidentMemory.of(ProcessHandle.current()))
        .get()
        .asString()
        .matches("[\\d.]+ [MG]B");
  }

  @Test
  void isWrittenAsPeopleReadIt() {
    assertThat(ResidentMemory.inWords(131_072)).isEqualTo("134 MB");
    assertThat(ResidentMemory.inWords(2_097_152)).isEqualTo("2.1 GB");
  }
}
