package dev.panda.orchestrator.workshop.benchmark.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTest {
  @Test
  void knowsItsPartsAndReadsItsMemory() {
    Machine machine = Machine.measure();
    assertThat(machine.processor()).isNotBlank();
    assertThat(machine.processors()).isPositive();
    assertThat(machine.memoryBytes()).isPositive();
    assertThat(machine.readBytesPerSecond()).isPositive().isFinite();
    assertThat(machine.inWords()).contains("GB/s");
  }
}
