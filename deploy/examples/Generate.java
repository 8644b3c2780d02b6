import dev.panda.api.generation.v1.Chat;
import dev.panda.api.generation.v1.ChatMessage;
import dev.panda.api.generation.v1.ConstantLambda;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.LambdaFunction;
import dev.panda.api.generation.v1.WeightedPreference;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * Asks for an answer that is easy to read. From the repository's root, with the services up:
 *
 * <pre>
 * java -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
 *   -cp "orchestrator/target/quarkus-app/lib/boot/*:orchestrator/target/quarkus-app/lib/main/*" \
 *   deploy/examples/Generate.java
 * </pre>
 */
public class Generate {
  public static void main(String[] arguments) {
    String target = arguments.length > 0 ? arguments[0] : "127.0.0.1:9000";
    try {
      ask(target);
    } catch (StatusRuntimeException | IllegalArgumentException e) {
      System.err.println(target + ": " + e.getMessage());
      System.exit(1);
    }
  }

  private static void ask(String target) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    GenerateRequest request =
        GenerateRequest.newBuilder()
            .setChat(
                Chat.newBuilder()
                    .addMessages(
                        ChatMessage.newBuilder()
                            .setRole("user")
                            .setContent("Why did people build castles?")))
            .addPreferences(WeightedPreference.newBuilder().setName("comprehensibility"))
            .addLambdas(
                LambdaFunction.newBuilder()
                    .setConstant(ConstantLambda.newBuilder().setStrength(1)))
            .setMaxTokens(60)
            .build();
    try {
      Iterator<GenerateResponse> responses =
          GenerationServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(60, TimeUnit.SECONDS)
              .generate(request);
      responses.forEachRemaining(
          response -> {
            if (response.hasToken()) {
              System.out.print(response.getToken().getText());
              System.out.flush();
            } else {
              System.out.printf("%nreward %.2f%n", response.getSummary().getReward());
            }
          });
    } finally {
      channel.shutdownNow();
    }
  }
}
