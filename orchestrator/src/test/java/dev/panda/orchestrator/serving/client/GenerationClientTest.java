package dev.panda.orchestrator.serving.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.panda.answer.ErrorDetails.Violation;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.orchestrator.serving.port.ServiceException;
import dev.panda.orchestrator.serving.port.ServiceException.Kind;
import dev.panda.orchestrator.testing.FakeRewards;
import dev.panda.orchestrator.testing.FakeServices;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

class GenerationClientTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final GenerateRequest REQUEST =
      GenerateRequest.newBuilder().setText("Why?").build();

  @Test
  void generatesTokensThenASummary() throws IOException {
    try (FakeServices services = FakeServices.serving("kind");
        GenerationClient client = new GenerationClient(services.endpoint(), DEADLINE)) {
      assertThat(client.listPreferences().getPreferencesList()).hasSize(1);
      assertThat(client.generate(REQUEST))
          .toIterable()
          .hasSizeGreaterThan(1)
          .last()
          .matches(GenerateResponse::hasSummary);
    }
  }

  @Test
  void aRefusalNamesTheServiceAndTheField() throws IOException {
    try (FakeServices services = FakeServices.serving("kind");
        GenerationClient client = new GenerationClient(services.endpoint(), DEADLINE)) {
      services.failAfter(0, "k: 0 (expected: 1 to 256)");
      Iterator<GenerateResponse> responses = client.generate(REQUEST);
      ServiceException refusal = catchThrowableOfType(ServiceException.class, responses::hasNext);
      assertThat(refusal)
          .hasMessage("orchestrator at %s: k: 0 (expected: 1 to 256)", services.endpoint());
      assertThat(refusal.kind()).isEqualTo(Kind.INVALID_REQUEST);
      assertThat(refusal.details().violations())
          .containsExactly(new Violation("k", "0 (expected: 1 to 256)"));
    }
  }

  @Test
  void anotherServiceAtTheAddressIsABreach() {
    try (FakeRewards rewards = new FakeRewards("kind");
        GenerationClient client = new GenerationClient(rewards.address(), DEADLINE)) {
      assertThat(catchThrowableOfType(ServiceException.class, client::listPreferences).kind())
          .isEqualTo(Kind.BREACH);
    }
  }

  @Test
  void noServiceAtTheAddressIsUnreachable() {
    try (GenerationClient client = new GenerationClient("127.0.0.1:1", DEADLINE)) {
      assertThat(catchThrowableOfType(ServiceException.class, client::listPreferences).kind())
          .isEqualTo(Kind.UNREACHABLE);
    }
  }
}
