// npm install openai
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '@GATEWAY@/v1', apiKey: '@KEY@' });
const answer = await client.chat.completions.create({
  model: 'hydra/@TASK@',
  user: 'ann',
  messages: [{ role: 'user', content: @INPUT@ }],
});
console.log(answer.choices[0].message.content);
