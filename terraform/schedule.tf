resource "aws_cloudwatch_event_rule" "tick" {
  name                = "${var.name}_tick"
  description         = "Runs the scheduled jobs"
  schedule_expression = var.tick_schedule
}

resource "aws_cloudwatch_event_target" "tick" {
  rule = aws_cloudwatch_event_rule.tick.name
  arn  = aws_lambda_function.function["tick"].arn
}

resource "aws_lambda_permission" "schedule" {
  statement_id  = "schedule"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function["tick"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.tick.arn
}
