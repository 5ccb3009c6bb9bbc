// Maven: com.openai:openai-java
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

public class Quickstart {
  public static void main(String[] args) {
    OpenAIClient client =
        OpenAIOkHttpClient.builder().baseUrl("@GATEWAY@/v1").apiKey("@KEY@").build();
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                ChatCompletionCreateParams.builder()
                    .model("hydra/@TASK@")
                    .user("ann")
                    .addUserMessage(@INPUT@)
                    .build());
    System.out.println(answer.choices().get(0).message().content().orElseThrow());
    client.close();
  }
}
