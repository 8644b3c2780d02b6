package dev.panda.orchestrator.serving.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.answer.Domain;
import dev.panda.answer.ErrorDetails.Violation;
import dev.panda.answer.RefusedException;
import dev.panda.answer.StatusMapping;
import dev.panda.orchestrator.serving.port.ServiceException;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a service says of the request that it was sent, as a client of the orchestrator reads it.
 */
class FieldsTest {
  private static final StatusMapping STATUSES =
      new StatusMapping(Domain.BASE_MODEL, failure -> Optional.empty());

  @ParameterizedTest
  @CsvSource({
    "text,                        text",
    "chat,                        chat",
    "chat.messages,               chat.messages",
    "chat.messages[3].role,       chat.messages[3].role",
    "open.max_tokens,             max_tokens",
    "open.k,                      k",
    "open.max_candidates,         k",
    "open.prompt,                 prompt",
    "open.prompt.tokens.ids[2],   prompt",
    "open.prompt_token_ids[2],    prompt",
    "prompt_token_ids,            prompt"
  })
  void aFieldThatTheClientSetHasItsOwnName(String field, String own) {
    ServiceException failure = failure(field);

    assertThat(failure).hasMessage("service: " + own + ": 7 (expected: 1 to 5)");
    assertThat(failure.details().violations())
        .containsExactly(new Violation(own, own + ": 7 (expected: 1 to 5)"));
    assertThat(failure.details().metadata())
        .containsEntry("field", own)
        .containsEntry("expected", "1 to 5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"accept.token_id", "open.accepted_token_ids", "score.candidate_ids", "kind"})
  void aFieldThatNoClientSetIsNotNamed(String field) {
    ServiceException failure = failure(field);

    assertThat(failure).hasMessage("service: 7 (expected: 1 to 5)");
    assertThat(failure.details().violations()).isEmpty();
    assertThat(failure.details().metadata()).doesNotContainKey("field");
  }

  @Test
  void anOrchestratorsOwnFieldsKeepTheirNames() {
    assertThat(Failures.of("orchestrator", refusal("accept.token_id")).details().violations())
        .extracting(Violation::field)
        .containsExactly("accept.token_id");
  }

  private static ServiceException failure(String field) {
    return Failures.behind("service", refusal(field));
  }

  private static StatusException refusal(String field) {
    StatusRuntimeException refusal = STATUSES.of(RefusedException.field(field, 7, "1 to 5"));
    return refusal.getStatus().asException(refusal.getTrailers());
  }
}
