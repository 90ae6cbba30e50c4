/** One browser for all tests of a file, and of those that share its module. */
import { TestBrowser } from "./browser.ts";

/** Started before the first of them and ended after the last; each opens windows of its own. */
export let browser: TestBrowser;

Deno.test.beforeAll(async () => {
  browser = await TestBrowser.start();
});
Deno.test.afterEach(() => browser.closeIdle());
Deno.test.afterAll(() => browser[Symbol.asyncDispose]());
