/** DynamoDB's limit. */
export const MAXIMUM_SORT_KEY_BYTES = 1024;
