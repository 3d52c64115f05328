/** Bytes of a sort key that DynamoDB takes at most. */
export const MAXIMUM_SORT_KEY_BYTES = 1024;
