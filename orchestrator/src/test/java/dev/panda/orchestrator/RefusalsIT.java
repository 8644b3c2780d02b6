package dev.panda.orchestrator;

import static dev.panda.orchestrator.testing.TinyPanda.greedy;
import static dev.panda.orchestrator.testing.TinyPanda.ids;
import static dev.panda.orchestrator.testing.TinyPanda.named;
import static dev.panda.orchestrator.testing.TinyPanda.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.panda.answer.testing.BytesMarshaller;
import dev.panda.api.generation.v1.Chat;
import dev.panda.api.generation.v1.ChatMessage;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.orchestrator.testing.TinyPanda;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the packaged services refuse. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(TinyPanda.Shared.class)
class RefusalsIT {
  private final TinyPanda panda;

  RefusalsIT(TinyPanda panda) {
    this.panda = panda;
  }

  @Test
  void refusesWhatItCannotServeAndNamesTheField() {
    assertRefused(prompt(), "preferences", Status.Code.INVALID_ARGUMENT);
    assertRefused(
        prompt().addPreferences(named("kindness")),
        "preferences[0].name",
        Status.Code.NOT_FOUND,
        "[apart, ending, meaning, steady]");
    assertRefused(greedy().clearPrompt(), "prompt", Status.Code.INVALID_ARGUMENT);
    assertRefused(greedy().setText(""), "text", Status.Code.INVALID_ARGUMENT);
    assertRefused(greedy().setK(0), "k", Status.Code.INVALID_ARGUMENT, "1 to 256");
    assertRefused(greedy().setK(257), "k", Status.Code.INVALID_ARGUMENT, "1 to 256");
    assertRefused(greedy().setMaxTokens(-5), "max_tokens", Status.Code.INVALID_ARGUMENT);
    assertRefused(
        greedy().setMaxTokens(253), "max_tokens", Status.Code.INVALID_ARGUMENT, "at most 252");
    assertRefused(
        greedy().setTokens(ids(new int[300])), "prompt", Status.Code.INVALID_ARGUMENT, "256");
    assertRefused(
        greedy().setTokens(ids(new int[] {1, 286})),
        "tokens.ids[1]",
        Status.Code.INVALID_ARGUMENT,
        "0 to 285");
    assertRefused(
        greedy()
            .setChat(
                Chat.newBuilder()
                    .addMessages(message("judge", "x"))
                    .addMessages(message("user", "x"))),
        "chat.messages[0].role",
        Status.Code.INVALID_ARGUMENT,
        "system, user or assistant");
    assertRefused(greedy().setMethodValue(99), "method", Status.Code.INVALID_ARGUMENT);
  }

  private void assertRefused(
      GenerateRequest.Builder request, String field, Status.Code code, String... words) {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> panda.generate(request.build()).iterator().next());
    assertThat(failure).as(field).isNotNull();
    assertThat(failure.getStatus().getCode()).as(failure.toString()).isEqualTo(code);
    assertThat(failure.getStatus().getDescription()).contains(field);
    for (String word : words) {
      assertThat(failure.getStatus().getDescription()).contains(word);
    }
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    assertThat(details.getDetailsList())
        .anyMatch(detail -> detail.is(ErrorInfo.class))
        .filteredOn(detail -> detail.is(BadRequest.class))
        .singleElement()
        .satisfies(
            detail ->
                assertThat(detail.unpack(BadRequest.class).getFieldViolations(0).getField())
                    .isEqualTo(field));
  }

  private static ChatMessage message(String role, String content) {
    return ChatMessage.newBuilder().setRole(role).setContent(content).build();
  }

  @Test
  void refusesMessagesThatCannotBeRead() {
    StatusRuntimeException notText = refusal(new byte[] {0x0A, 2, (byte) 0xC3, 0x28});
    assertThat(notText.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(notText.getStatus().getDescription()).startsWith("message: ").contains("UTF-8");

    StatusRuntimeException tooLarge = refusal(new byte[(4 << 20) + 1]);
    assertThat(tooLarge.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(tooLarge.getStatus().getDescription())
        .isEqualTo("message: 4194305 bytes (expected: at most 4194304 bytes)");
  }

  private StatusRuntimeException refusal(byte[] message) {
    MethodDescriptor<byte[], GenerateResponse> generate =
        GenerationServiceGrpc.getGenerateMethod().toBuilder(
                new BytesMarshaller(),
                GenerationServiceGrpc.getGenerateMethod().getResponseMarshaller())
            .build();
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () ->
            ClientCalls.blockingServerStreamingCall(
                    panda.services().orchestrator(), generate, CallOptions.DEFAULT, message)
                .hasNext());
  }
}
