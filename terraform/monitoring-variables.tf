variable "alarm_email" {
  description = "Where alarms are sent to; nowhere when null. AWS asks the address to agree once."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@\\s]+@[^@\\s]+$", var.alarm_email))
    error_message = "Give an e-mail address, or null."
  }
}

variable "server_log_group" {
  description = "Log group of a server that does not run on Lambda; terraform/cloudwatch-agent-config.json names it too."
  type        = string
  default     = "/aws/ec2/tv-show-tracker"

  validation {
    condition     = can(regex("^[A-Za-z0-9_/.#-]{1,512}$", var.server_log_group))
    error_message = "A log group's name has letters, digits and _/.#- only."
  }
}
