package dev.panda.orchestrator.serving.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.answer.Reason;
import dev.panda.answer.RefusedException;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.TokenIds;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class RequestMemoryTest {
  private static final GenerateRequest TEXT =
      GenerateRequest.newBuilder().setText("x".repeat(10_000)).build();

  private final RequestMemory memory = new RequestMemory(100_000);

  @Test
  void refusesWhatWouldBeTooMuchTogether() {
    RequestMemory.Share first = memory.take(TEXT);
    memory.take(TEXT);
    assertThatThrownBy(() -> memory.take(TEXT))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.TOO_MANY_GENERATIONS));

    first.close();
    first.close();

    memory.take(TEXT);
    assertThatThrownBy(() -> memory.take(TEXT)).isInstanceOf(RefusedException.class);
  }

  @Test
  void countsTokensAsTheNumbersThatTheyBecome() {
    memory.take(
        GenerateRequest.newBuilder()
            .setTokens(TokenIds.newBuilder().addAllIds(Collections.nCopies(6_000, 5)))
            .build());

    assertThatThrownBy(() -> memory.take(TEXT)).isInstanceOf(RefusedException.class);
  }

  @Test
  void aRequestThatIsLargerThanAllIsTakenAlone() {
    GenerateRequest large = GenerateRequest.newBuilder().setText("x".repeat(1_000_000)).build();
    try (RequestMemory.Share all = memory.take(large)) {
      assertThat(all).isNotNull();
      assertThatThrownBy(() -> memory.take(TEXT)).isInstanceOf(RefusedException.class);
    }
    memory.take(TEXT);
  }
}
