# pip install openai
from openai import OpenAI

client = OpenAI(base_url="@GATEWAY@/v1", api_key="@KEY@")
answer = client.chat.completions.create(
    model="hydra/@TASK@",
    user="ann",
    messages=[{"role": "user", "content": @INPUT@}],
)
print(answer.choices[0].message.content)
